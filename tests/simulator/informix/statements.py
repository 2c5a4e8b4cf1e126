"""SELECTs as admins write them, each with the rows that they must get: `|` parts columns, `-` is NULL."""

STATEMENTS: list[tuple[str, str]] = [
    # plain reads
    ("select name from typemodel order by enum", "Cisco 7940; Cisco 7841; Cisco 8845"),
    ("SELECT Name FROM TypeModel WHERE Enum = 622", "Cisco 7841"),
    ("select * from devicepool order by name", "dp-1|Berlin; dp-2|Köln"),
    ("select d.*  from devicepool d where d.name = 'Berlin';", "dp-1|Berlin"),
    ("select informix.device.name from informix.device where pkid='d-4'", "CSFADA"),
    ("select device.name from device where device.tkclass = 2", "trunk-1"),
    ("select name -- which\n from {all of} device /* phones\n too */ where tkclass='2'", "trunk-1"),
    ('select name from device where pkid = "d-4"', "CSFADA"),
    ("select pkid from device where description = 'Ada''s \"desk\" 100%'", "d-1"),
    ('select pkid from device where description = "Ada\'s ""desk"" 100%"', "d-1"),
    ("select description from device where description = 'a_b\\c'", "a_b\\c"),
    # paging, distinct
    ("select first 2 name from device order by name", "CSFADA; SEP0011AABBCC01"),
    ("select skip 1 first 2 pkid from device order by pkid", "d-2; d-3"),
    ("SELECT SKIP 3 pkid FROM device ORDER BY pkid", "d-4; d-5"),
    ("select limit 1 pkid from device order by pkid desc", "d-5"),
    ("select pkid from device order by pkid limit 2", "d-1; d-2"),
    ("select unique tkclass from device order by tkclass", "1; 2"),
    ("select distinct tkmodel, tkclass from device order by 1, 2", "8|2; 622|1; 36213|1"),
    ("select first 1 skip from (select tkclass skip from device) order by skip desc", "2"),
    # conversions
    ("select pkid from device where isactive = 'f'", "d-3"),
    ("select pkid from device where isactive = 'F'", "d-3"),
    ("select pkid from device where not isactive", "d-3"),
    ("select pkid from device where tkmodel = '622' order by pkid", "d-3; d-4"),
    ("select pkid from device where tkmodel in ('622', '8') order by pkid", "d-3; d-4; d-5"),
    ("select paramname from processconfig where paramvalue = 3804", "CAPF Phone Port"),
    ("select paramname from processconfig where paramvalue between 1 and 9", "ClusterSecurityMode"),
    ("select paramname from processconfig where paramvalue in (1, 3804) order by 1", "CAPF Phone Port; ClusterSecurityMode"),
    ("select pkid from device where description = 'Grace'", "d-2"),
    ("select pkid from device where 'SIP trunk   ' = description", "d-5"),
    ("select pkid from device where name in ('CSFADA  ', 'nobody')", "d-4"),
    ("select pkid from device where name = 'csfada'", ""),
    ("select pkid from device where lower(name) = 'csfada'", "d-4"),
    ("select pkid from device where lscvaliduntil > '1753000000.5'", "d-1"),
    # joins
    (
        "select d.name, tm.name as model from device d, typemodel tm where d.tkmodel = tm.enum and d.tkclass = 2",
        "trunk-1|Cisco 7940",
    ),
    (
        "select d.name, dp.name pool from device as d inner join devicepool as dp on d.fkdevicepool = dp.pkid "
        "where dp.name = 'Köln'",
        "SEP0011AABBCC03|Köln",
    ),
    (
        "select d.pkid, dp.name from device d left outer join devicepool dp on d.fkdevicepool = dp.pkid order by 1",
        "d-1|Berlin; d-2|Berlin; d-3|Köln; d-4|-; d-5|Berlin",
    ),
    (
        "select d.pkid, sp.name from device d left join securityprofile sp on sp.pkid = d.fksecurityprofile "
        "and sp.isstandard = 't' where d.tkmodel = 36213 order by d.pkid",
        "d-1|Cisco 8845 - Standard SIP Non-Secure Profile; d-2|-",
    ),
    (
        "select d.pkid, sp.pkid from device d, outer securityprofile sp where d.fksecurityprofile = sp.pkid "
        "and sp.isstandard = 't' and d.tkclass = 1 order by 1",
        "d-1|sp-1; d-2|-; d-3|-; d-4|-",
    ),
    (
        "select d.pkid, n.dnorpattern from device d, outer (devicenumplanmap m, numplan n) "
        "where d.pkid = m.fkdevice and m.fknumplan = n.pkid and n.dnorpattern = '1002' and d.tkmodel = 36213 order by 1",
        "d-1|1002; d-2|-",
    ),
    (
        "select d.pkid, n.dnorpattern from device d, outer (devicenumplanmap m, outer numplan n) "
        "where d.pkid = m.fkdevice and m.fknumplan = n.pkid and n.dnorpattern = '1002' and d.tkmodel = 36213 "
        "order by 1, m.numplanindex",
        "d-1|-; d-1|1002; d-2|-",
    ),
    ("select tm.name from device d right join typemodel tm on tm.enum = d.tkmodel where d.pkid is null", ""),
    ("select count(*) from devicepool cross join typemodel", "6"),
    ("select count(*) from devicepool a, devicepool b where a.pkid < b.pkid", "1"),
    (
        "select d.name from ((device d join typemodel tm on tm.enum = d.tkmodel) join devicepool dp "
        "on dp.pkid = d.fkdevicepool) where tm.moniker matches '*7841'",
        "SEP0011AABBCC03",
    ),
    (
        "select d.pkid, tm.enum, dp.pkid from devicepool dp, device d right join typemodel tm on tm.enum = d.tkmodel "
        "and d.tkclass = 2 where dp.name = 'Berlin' order by 2",
        "d-5|8|dp-1; -|622|dp-1; -|36213|dp-1",
    ),
    (
        "select d.pkid, m.pkid, n.dnorpattern from device d left join (devicenumplanmap m join numplan n "
        "on n.pkid = m.fknumplan and n.dnorpattern = '1002') on m.fkdevice = d.pkid where d.tkmodel = 36213 order by 1",
        "d-1|m-2|1002; d-2|-|-",
    ),
    (
        "select d.pkid, dp.name, sp.pkid from device d, outer devicepool dp, outer securityprofile sp "
        "where d.fkdevicepool = dp.pkid and sp.pkid = d.fksecurityprofile and d.tkclass = 1 and "
        "(sp.isstandard = 'f' or sp.tkmodel = 1) order by 1",
        "d-1|Berlin|-; d-2|Berlin|sp-2; d-3|Köln|-; d-4|-|-",
    ),
    # conditions
    ("select pkid from device where description is null", "d-3"),
    ("select pkid from device where description is not null and tkclass != 1", "d-5"),
    ("select pkid from device where tkmodel <> 36213 and not (tkclass = 2) order by pkid", "d-3; d-4"),
    ("select pkid from device where lscvaliduntil between 1 and 1753100000", "d-1"),
    ("select pkid from device where lscvaliduntil not between 1 and 1753100000", "d-2"),
    ("select pkid from device where pkid not in ('d-1','d-2','d-3') order by pkid desc", "d-5; d-4"),
    ("select pkid from device where name matches 'SEP*0[23]' order by 1", "d-2; d-3"),
    ("select pkid from device where name not matches 'SEP*' order by 1", "d-4; d-5"),
    ("select pkid from device where name matches 'SEP????AABBCC01'", "d-1"),
    ("select pkid from device where name matches '[^A-Z]*'", "d-5"),
    ("select pkid from device where name like 'SEP%03'", "d-3"),
    ("select pkid from device where name like 'sep%'", ""),
    ("select pkid from device where description like '%100\\%'", "d-1"),
    ("select pkid from device where description like 'a!_b%' escape '!'", "d-4"),
    ("select pkid from device where tkmodel like '6%' order by 1", "d-3; d-4"),
    # subqueries
    (
        "select name from device where fkdevicepool in (select pkid from devicepool where name = 'Köln')",
        "SEP0011AABBCC03",
    ),
    (
        "select d.pkid from device d where exists (select * from devicenumplanmap m where m.fkdevice = d.pkid) order by 1",
        "d-1; d-2",
    ),
    (
        "select pkid from device d where not exists (select 1 from devicenumplanmap where fkdevice = d.pkid) "
        "and tkclass = 1 order by pkid",
        "d-3; d-4",
    ),
    (
        "select d.pkid, (select count(*) from devicenumplanmap m where m.fkdevice = d.pkid) as lines from device d "
        "where d.tkmodel = 36213 order by lines desc",
        "d-1|2; d-2|1",
    ),
    ("select pkid from device where tkmodel = (select enum from typemodel where name = 'Cisco 7940')", "d-5"),
    ("select pkid from device where tkmodel = (select enum from typemodel where name = 'none')", ""),
    ("select x.n from (select name as n, tkclass as k from device) as x where x.k = 2", "trunk-1"),
    ("select b from (select name, tkclass from device) as x(a, b) where a = 'trunk-1'", "2"),
    ("select n from table(multiset(select name n from device where tkclass = 2)) as x", "trunk-1"),
    ("select pkid from device where tkmodel >= all (select enum from typemodel) order by 1", "d-1; d-2"),
    ("select pkid from device where tkmodel < any (select enum from typemodel where enum < 700)", "d-5"),
    ("select count(*) from (select first 2 pkid from device)", "2"),
    # unions
    ("select name from devicepool union select name from typemodel where enum = 8 order by 1", "Berlin; Cisco 7940; Köln"),
    ("select tkclass from device where tkclass = 1 union all select tknodeusage from processnode order by 1 desc",
     "1; 1; 1; 1; 1; 1; 0"),
    # aggregates
    ("select count(*) from device", "5"),
    ("select count(distinct tkmodel), count(unique tkclass), count(description) from device", "3|2|4"),
    ("select min(name), max(lscvaliduntil), sum(tkclass), avg(tkclass) from device", "CSFADA|1753100000|6|1.2"),
    ("select tkmodel, count(*) from device group by tkmodel order by 2 desc, 1", "622|2; 36213|2; 8|1"),
    ("select tm.name m, count(*) n from device d, typemodel tm where d.tkmodel=tm.enum group by 1 having count(*) > 1 "
     "order by 1", "Cisco 7841|2; Cisco 8845|2"),
    ("select tm.name model, count(d.pkid) from typemodel tm left join device d on d.tkmodel = tm.enum and d.tkclass = 1 "
     "group by model order by model", "Cisco 7841|2; Cisco 7940|0; Cisco 8845|2"),
    ("select name[1,3] kind, count(*) from device group by 1 order by 2 desc, kind", "SEP|3; CSF|1; tru|1"),
    ("select max(tkmodel) from device where 1 = 0", "-"),
    ("select name from device order by tkmodel desc, name", "SEP0011AABBCC01; SEP0011AABBCC02; CSFADA; "
     "SEP0011AABBCC03; trunk-1"),
    ("select description from device order by description", "-; Ada's \"desk\" 100%; Grace  ; SIP trunk; a_b\\c"),
    ("select pkid from device order by lscvaliduntil desc, pkid", "d-1; d-2; d-3; d-4; d-5"),
    ("select description, count(*) from device group by description having description like 'S%'", "SIP trunk|1"),
    # values
    ("select case when lscvaliduntil is null then 'none' when lscvaliduntil = 0 then 'unknown' else 'lsc' end, pkid "
     "from device order by 2", "lsc|d-1; unknown|d-2; none|d-3; none|d-4; none|d-5"),
    ("select case tkclass when 1 then 'phone' else 'other' end from device where pkid = 'd-5'", "other"),
    ("select decode(lscvaliduntil, null, 'n', 0, 'z', 'x') from device order by pkid", "x; z; n; n; n"),
    ("select nvl(description, 'none') from device where pkid = 'd-3'", "none"),
    ("select nvl(lscvaliduntil, 'none') from device where pkid in ('d-2', 'd-3') order by pkid", "0; none"),
    ("select coalesce(lscissuername, upgradefinishtime, 'x') from device where pkid <> 'd-4' order by pkid",
     "CN=CAPF-1; 2025:07:20:18:00; x; x"),
    ("select nullif(upgradefinishtime, '') from device where pkid = 'd-4'", "-"),
    ("select name || ' - ' || tkmodel from device where pkid = 'd-5'", "trunk-1 - 8"),
    ("select name || description from device where pkid = 'd-3'", "-"),
    ("select 2/4, 7/2, 1+2*3, -(4), 10 - 2 - 3, 3.5 * 2 from sysmaster:sysdual", "0.5|3.5|7|-4|5|7"),
    ("select abs(-3), mod(7, 3), round(2.5), trunc(-2.7), round(1.255, 1), pow(2, 10), sqrt(9) from sysmaster:sysdual",
     "3|1|3|-2|1.3|1024|3"),
    ("select upper(name), lower(name), initcap('ada lovelace'), length(description) from device where pkid = 'd-2'",
     "SEP0011AABBCC02|sep0011aabbcc02|Ada Lovelace|5"),
    ("select length(name), char_length(name), octet_length(name) from devicepool where pkid = 'dp-2'", "5|4|5"),
    ("select trim(description) || '.', trim(both 'x' from 'xaxx'), trim(leading '0' from '007'), "
     "trim(trailing from 'b  ') || '.' from device where pkid = 'd-2'", "Grace.|a|7|b."),
    ("select ltrim('  a ') || '.', rtrim('a  ') || '.', lpad('7', 3, '0'), rpad('7', 3, 'x') from sysmaster:sysdual",
     "a .|a.|007|7xx"),
    ("select substr(name, 4), substr(name, -2), substr(name, 4, 4), substring(name from 4 for 2), name[4,7] "
     "from device where pkid = 'd-1'", "0011AABBCC01|01|0011|00|0011"),
    ("select replace(name, 'SEP', 'ATA'), replace(name, 'SEP'), concat(name, '!') from device where pkid = 'd-1'",
     "ATA0011AABBCC01|0011AABBCC01|SEP0011AABBCC01!"),
    ("select name::char(3), cast(tkmodel as varchar(10)), '12'::int + 1, cast('1.5' as decimal(5,2)) * 2 "
     "from device where pkid = 'd-1'", "SEP|36213|13|3"),
    # time
    ("select dbinfo('utc_current') from sysmaster:sysdual", "1753005600"),
    ("select DBINFO('utc_to_datetime', lscvaliduntil) from device where pkid = 'd-1'", "2025-07-21 14:13:20"),
    ("select dbinfo('utc_to_datetime', 1736000000) from sysmaster:sysdual", "2025-01-04 15:13:20"),
    ("select current year to second, today, current year to day, current hour to minute from sysmaster:sysdual",
     "2025-07-20 12:00:00|2025-07-20|2025-07-20|12:00"),
    ("select current, current year to fraction(5), sysdate from sysmaster:sysdual",
     "2025-07-20 12:00:00.000|2025-07-20 12:00:00.00000|2025-07-20 12:00:00.00000"),
    ("select extend(today, year to minute), extend(current, month to day) from sysmaster:sysdual", "2025-07-20 00:00|07-20"),
    ("select today + 30, today - 1, today - mdy(7, 1, 2025), mdy(2, 29, 2024) from sysmaster:sysdual",
     "2025-08-19|2025-07-19|19|2024-02-29"),
    ("select current year to second + 2 units hour, current year to minute - 90 units minute, today + 1 units month "
     "from sysmaster:sysdual", "2025-07-20 14:00:00|2025-07-20 10:30|2025-08-20"),
    ("select current year to second - datetime(2025-07-19 10:30:00) year to second from sysmaster:sysdual", "1 01:30:00"),
    ("select current year to second + interval(1 06:30) day to minute from sysmaster:sysdual", "2025-07-21 18:30:00"),
    ("select year(today), month(today), day(current), weekday(today) from sysmaster:sysdual", "2025|7|20|0"),
    ("select to_char(current, '%Y:%m:%d:%H:%M'), to_char(today, '%d.%m.%y'), to_char(5) from sysmaster:sysdual",
     "2025:07:20:12:00|20.07.25|5"),
    ("select to_date('20.07.2025 08:05', '%d.%m.%Y %H:%M') from sysmaster:sysdual", "2025-07-20 08:05:00.00000"),
    ("select pkid from device where dbinfo('utc_to_datetime', lscvaliduntil) < current + 2 units day "
     "and lscvaliduntil > 0", "d-1"),
    ("select pkid from device where lscvaliduntil - dbinfo('utc_current') < 90 * 86400 and lscvaliduntil > 0", "d-1"),
    ("select name from devicepool where current > '2025-07-20 11:59:59' and today = '07/20/2025' and pkid = 'dp-1'", "Berlin"),
    # the system catalog
    ("select tabname from systables where tabname matches 'type*' order by 1", "typecertificatestatus; typemodel"),
    ("select c.colname from syscolumns c, systables t where c.tabid = t.tabid and t.tabname = 'typemodel' order by c.colno",
     "enum; name; moniker"),
]  # fmt: skip
